"""The floor of the portal: what every room stands on, without business rule."""
