"""What every device and the server must agree on: pure rules, no clock, no storage."""
