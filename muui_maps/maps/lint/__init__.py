"""The map linter: a drawn SVG, perhaps corrected by hand, laid beside the station as data."""
