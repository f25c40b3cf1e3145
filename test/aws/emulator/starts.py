"""What starts work: the resource of a schedule in its group, and the event of a file that came by SFTP."""
import json

from common import need
from ministack.core import iam_actions
from ministack.core.responses import get_account_id, set_request_account_id
from ministack.services import s3, transfer

# MiniStack takes every schedule for one of the group `default`.
need("schedule/default/" in open(iam_actions.__file__, encoding="utf-8").read(), "the resource of a schedule")
_resource = iam_actions.extract_resource_arn


def resource(service, method, path, headers, body, query, region, account):
    arn = _resource(service, method, path, headers, body, query, region, account)
    if service != "scheduler" or ":schedule/default/" not in arn:
        return arn
    given = query.get("groupName") or json.loads(body or b"{}").get("GroupName") or "default"
    group = given[0] if isinstance(given, list) else given
    return arn.replace(":schedule/default/", f":schedule/{group}/")


iam_actions.extract_resource_arn = resource

# Its SFTP site writes into the bucket's memory, past what tells of a new object.
need("_fire_s3_event" not in open(transfer.__file__, encoding="utf-8").read(), "the SFTP site's events")
_put = transfer._sftp_s3_put_object


def put_object(account_id, bucket, key, body):
    _put(account_id, bucket, key, body)
    if key.endswith("/"):
        return
    before = get_account_id()
    set_request_account_id(account_id)
    try:
        s3._fire_s3_event_async(bucket, key, "s3:ObjectCreated:Put", size=len(body))
    finally:
        set_request_account_id(before)


transfer._sftp_s3_put_object = put_object
