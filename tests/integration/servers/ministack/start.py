"""Starts MiniStack, with the one thing mended that it lacks for us: up to 1.5.33 it writes a stream record for PutItem
and its like, but none for a PartiQL INSERT, the only way in which the platform writes its log."""

import runpy
import threading

from ministack.services import dynamodb

insert = dynamodb._partiql_insert
transaction = dynamodb._execute_transaction
current = threading.local()


def insert_with_record(table, parsed):
    answer = insert(table, parsed)
    if answer[0] == 200:
        record = (table["TableName"], "INSERT", None, parsed.get("item"))
        waiting = getattr(current, "waiting", None)
        if waiting is None:
            dynamodb._emit_stream_event(*record)
        else:
            waiting.append(record)
    return answer


def transaction_with_records(data):
    """A transaction that is rolled back leaves no record."""
    current.waiting = []
    try:
        answer = transaction(data)
        records = current.waiting
    finally:
        current.waiting = None
    if answer[0] == 200:
        for record in records:
            dynamodb._emit_stream_event(*record)
    return answer


dynamodb._partiql_insert = insert_with_record
dynamodb._execute_transaction = transaction_with_records
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
