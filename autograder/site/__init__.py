"""The course as a web site: executed lessons, guides, indexes; no answers unless asked for."""
