"""Ratios that must hold on any machine."""
