"""What chat platforms have in common: nothing in here knows one of them."""
