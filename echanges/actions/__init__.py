"""What people and jobs do with the exchanges."""
