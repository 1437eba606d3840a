"""A proposal as a Word document: those who decide write on it, print it and sign it."""

import io

from bot.word_document import blank
from handlers.tickets.proposing import TITLE, Proposal


def word(proposal: Proposal) -> bytes:
    document = blank()
    document.add_heading(f"{TITLE} #{proposal.number}", 0)
    for heading, lines in proposal.sections:
        document.add_heading(heading, 1)
        for line in lines:
            document.add_paragraph(line)
    document.add_paragraph(proposal.footing)
    document.add_heading("批示", 1)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()
