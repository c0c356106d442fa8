"""Pages for people: templates and static files of our own, nothing built and nothing from elsewhere."""
