"""Registers, official routes and surveys become one Station."""
