"""The doors: command line, and later the web desk and the API. Thin; heavy libraries are imported when used."""
