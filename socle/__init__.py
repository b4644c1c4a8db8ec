"""The floor of the portal: what every room uses, without any business rule."""
