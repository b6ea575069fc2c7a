"""What devices are told: the rows behind the feed, and what is kept of each site for them."""
