"""The frame of every page: navigation, header, banners, progress and error messages."""
