"""What people and programs post without a phone."""
