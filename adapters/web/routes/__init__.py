"""The JSON API, a room for each concern."""
