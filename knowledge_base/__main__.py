"""The knowledge base at the command line: check, cites, build, evaluate, retune, calibrate, train."""

from knowledge_base.commands import app

if __name__ == "__main__":
    app(prog_name="python -m knowledge_base")
