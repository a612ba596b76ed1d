"""The API: takes requests, writes them down, and answers at once."""

import argparse
import logging
import uuid

import waitress
from flask import Flask, abort, request

from portal import cluster, database, mail

app = Flask(__name__)


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/shares")
def create():
    wanted = request.get_json()
    share = {key: wanted[key] for key in ("location", "name", "size")} | {"id": str(uuid.uuid4()), "state": "pending"}
    if share["location"] not in cluster.known():
        abort(404, "no such location")
    with database.transaction() as db:
        if database.find(db, share["location"], share["name"]):
            abort(409, "a share of this name exists")
        db.execute("INSERT INTO shares VALUES (:id, :location, :name, :size, :state)", share)
    mail.send(f"{share['name']} at {share['location']}: we are working on it")
    with database.transaction() as db:
        database.queue(db, share, "create", share["size"])
    return share, 202


@app.get("/shares")
def every():
    with database.transaction() as db:
        return {"shares": [dict(row) for row in db.execute("SELECT * FROM shares ORDER BY location, name")]}


@app.get("/shares/<location>/<name>")
def one(location, name):
    with database.transaction() as db:
        return dict(found(db, location, name))


@app.patch("/shares/<location>/<name>")
def resize(location, name):
    size = request.get_json()["size"]
    with database.transaction() as db:
        share = active(db, location, name)
        db.execute("UPDATE shares SET state = 'pending' WHERE id = ?", (share["id"],))
        database.queue(db, share, "resize", size)
    return {"id": share["id"]}, 202


@app.delete("/shares/<location>/<name>")
def delete(location, name):
    with database.transaction() as db:
        share = active(db, location, name)
        db.execute("DELETE FROM shares WHERE id = ?", (share["id"],))
        database.queue(db, share, "delete")
    return {"id": share["id"]}, 202


def found(db, location, name):
    return database.find(db, location, name) or abort(404, "no such share")


def active(db, location, name):
    share = found(db, location, name)
    if share["state"] != "active":
        abort(409, f"the share is {share['state']}")
    return share


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    logging.basicConfig(level=logging.INFO)
    database.prepare()
    waitress.serve(app, host="127.0.0.1", port=parser.parse_args().port, threads=8)


if __name__ == "__main__":
    main()
