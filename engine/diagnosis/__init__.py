"""What is wrong with the lists of a shop: homogenization, lists beside histories, look-alikes, the map, stories."""
