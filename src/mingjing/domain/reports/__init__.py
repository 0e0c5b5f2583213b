"""Reports as data: blocks of words with references to figures."""
