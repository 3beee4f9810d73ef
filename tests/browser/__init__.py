"""Pages and pictures as people get them: in a real Chromium, by `make test-browser`."""
