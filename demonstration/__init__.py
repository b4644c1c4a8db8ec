"""The demonstration and the filler of volumes: absent from the production image."""
