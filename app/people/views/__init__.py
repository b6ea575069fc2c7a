"""How a person wants to see a list: saved views and chosen columns."""
