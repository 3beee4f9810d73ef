"""What field researchers saw, from their files to typed runs."""
