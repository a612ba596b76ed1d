"""The worker: threads that take jobs off the queue and carry them out on the clusters."""

import argparse
import logging
import threading
import time

from portal import cluster, database, mail
from portal.cluster import CommandFailed

log = logging.getLogger("portal.worker")


def work():
    """Until the process ends."""
    while True:
        job = database.take()
        if job is None:
            time.sleep(0.1)
            continue
        try:
            JOBS[job["verb"]](job)
        except Exception:
            log.exception("job %s", job["id"])


def create(job):
    try:
        cluster.create(job["location"], job["name"], job["size"])
    except CommandFailed as error:
        database.finish(job, "DELETE FROM shares")
        mail.send(f"{job['name']} at {job['location']}: could not be created", str(error))
    else:
        database.finish(job, "UPDATE shares SET state = 'active'")
        mail.send(f"{job['name']} at {job['location']}: ready")


def resize(job):
    try:
        cluster.resize(job["location"], job["name"], job["size"])
    except CommandFailed as error:
        database.finish(job, "UPDATE shares SET state = 'active'")
        mail.send(f"{job['name']} at {job['location']}: could not be resized", str(error))
    else:
        database.finish(job, "UPDATE shares SET state = 'active', size = ?", job["size"])
        mail.send(f"{job['name']} at {job['location']}: resized")


def delete(job):
    try:
        cluster.delete(job["location"], job["name"])
    except CommandFailed:
        log.exception("%s at %s is left", job["name"], job["location"])
    database.finish(job, "DELETE FROM shares")


JOBS = {"create": create, "resize": resize, "delete": delete}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=8)
    logging.basicConfig(level=logging.INFO)
    database.prepare()
    for _ in range(parser.parse_args().threads):
        threading.Thread(target=work).start()
    log.info("at work")


if __name__ == "__main__":
    main()
