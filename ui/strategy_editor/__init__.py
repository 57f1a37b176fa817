"""The strategy in use, and the forms that change it."""
