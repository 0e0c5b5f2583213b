"""A report as DOCX and PDF in official form."""

from mingjing.contexts.reporting.rendering.pdf import pdf as pdf
from mingjing.contexts.reporting.rendering.sheet import Sheet as Sheet
from mingjing.contexts.reporting.rendering.word import docx as docx
