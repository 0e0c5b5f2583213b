"""Plans: what a plan says is read into tasks, which then are kept, tied to indicators and reported on."""
