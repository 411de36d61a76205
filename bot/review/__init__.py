"""The review inbox: turns that want a person's eye, grouped by meaning, and what becomes of them."""
