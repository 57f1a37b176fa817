"""What is around every page: navigation, frame, banners, progress, refusals."""
