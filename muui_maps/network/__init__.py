"""Station → one graph for all travellers → routes."""
