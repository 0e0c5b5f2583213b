"""The style guide: every component on one page, with content as it really comes."""
