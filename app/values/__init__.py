"""What people write and read, whatever it is about: text, numbers, quantities, times."""
