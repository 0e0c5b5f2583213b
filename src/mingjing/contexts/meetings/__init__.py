"""Meetings of bodies: agenda, papers, invitations, attendance, minutes, and decisions that become tasks."""
