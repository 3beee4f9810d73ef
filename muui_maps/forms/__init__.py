"""Forms for the field: what to ask at a station, as an XLSForm, an Excel sheet and a sheet of paper."""
