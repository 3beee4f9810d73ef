"""What the data say when sources and routes are put side by side."""
