"""From a filled template to files: one sheet of blocks, two writers (PDF by typst, DOCX by python-docx)."""

from mingjing.contexts.documents.rendering.pdf import Print as Print
from mingjing.contexts.documents.rendering.pdf import pdf as pdf
from mingjing.contexts.documents.rendering.word import word as word
