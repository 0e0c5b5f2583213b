"""Appending to the log, giving places, signing, publishing, erasing."""

from mingjing.contexts.records.usecases.append import append as append
