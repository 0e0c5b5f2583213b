"""
Search over all rooms, in Chinese, the same on both databases.

A room registers its kinds when the platform starts, and calls :func:`index` and :func:`unindex` in the transaction of
its acts. What is found is limited by the scope of the kind's permission.
"""

from mingjing.contexts.work.search.find import Found, Hit, find, keys_of
from mingjing.contexts.work.search.kinds import Document, Kind, kinds_for, register
from mingjing.contexts.work.search.store import index, index_many, rebuild, unindex

__all__ = [
    "Document",
    "Found",
    "Hit",
    "Kind",
    "find",
    "index",
    "index_many",
    "keys_of",
    "kinds_for",
    "rebuild",
    "register",
    "unindex",
]
