"""Diagnosis of a shop's lists: homogenization, lists compared with histories, look-alikes, the map, stories."""
