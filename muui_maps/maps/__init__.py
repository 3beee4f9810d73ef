"""Route → sentences → scene → SVG, PNG and HTML."""
