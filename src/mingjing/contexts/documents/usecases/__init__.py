"""
Documents drafted, issued, signed, sealed, served and voided; their templates, seals and letterheads.

The rooms above call these::

    from mingjing.contexts.documents.usecases import draft_document, issue_document, …
"""

from mingjing.contexts.documents.usecases.drafting import discard_document as discard_document
from mingjing.contexts.documents.usecases.drafting import draft_document as draft_document
from mingjing.contexts.documents.usecases.drafting import revise_document as revise_document
from mingjing.contexts.documents.usecases.issuing import issue_document as issue_document
from mingjing.contexts.documents.usecases.issuing import void_document as void_document
from mingjing.contexts.documents.usecases.serving import receive_document as receive_document
from mingjing.contexts.documents.usecases.serving import serve_document as serve_document
from mingjing.contexts.documents.usecases.signing import seal_document as seal_document
from mingjing.contexts.documents.usecases.signing import sign_document as sign_document
