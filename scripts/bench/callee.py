def handle(record):
    return {"id": record["id"], "words": len(record["text"].split())}
