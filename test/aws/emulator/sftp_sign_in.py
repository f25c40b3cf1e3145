"""Transfer servers that ask a Lambda who may come in (IdentityProviderType AWS_LAMBDA), by password and by key; what a
session may touch, by its role and the policy of the session; and the host key that the listener shows. MiniStack knows
users with keys of its own alone, and reads no role."""
import asyncio
import inspect
import json
import time

from common import need
from ministack import app
from ministack.core import iam_evaluator as iam
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import lambda_svc, transfer

ANSWERED = {"Role", "PublicKeys", "Policy", "HomeDirectoryType", "HomeDirectoryDetails", "HomeDirectory"}


def _may_ask(function, server, account, region):
    """The function's own policy lets Transfer call it for this server."""
    policy, _owner = lambda_svc.function_policy_for_arn(function) or (None, None)
    ctx = iam.EvalContext(principal_arn="transfer.amazonaws.com", principal_type="Service", principal_account=account,
                          action="lambda:InvokeFunction", resource_arn=function, region=region,
                          service_context={"aws:sourcearn": server["Arn"], "aws:sourceaccount": account})
    return bool(policy) and iam.evaluate_resource_policy(policy, ctx, service="transfer.amazonaws.com").decision == "Allow"


def _ask(account, region, server, event):
    """What the function says, or nothing when it may not be asked, fails, or says what Transfer refuses."""
    set_request_account_id(account)
    set_request_region(region)
    function = server["IdentityProviderDetails"]["Function"]
    record, config, _name = lambda_svc._get_func_record_for_ref(function)
    if record is None or (app.AUTH and not _may_ask(function, server, account, region)):
        return {}
    result = lambda_svc._execute_function_with_config_scope(lambda_svc._execution_record_for_config(record, config), event)
    said = result.get("body")
    said = json.loads(said) if isinstance(said, (str, bytes)) else said
    if result.get("error") or not isinstance(said, dict) or not said.get("Role") or set(said) - ANSWERED:
        return {}
    if "password" in event and "PublicKeys" in said or len(said.get("Policy", "")) > 2048:
        return {}
    return said


async def _sign_in(ssh, username, password, accepts):
    """Asks each server's function until one lets the user in, and notes the session on the connection."""
    peer = ssh._conn.get_extra_info("peername")[0]
    for (account, region, sid), server in list(transfer._servers._data.items()):
        if server.get("IdentityProviderType") != "AWS_LAMBDA" or server["State"] != "ONLINE":
            continue
        event = {"serverId": sid, "username": username, "protocol": "SFTP", "sourceIp": peer}
        if password is not None:
            event["password"] = password
        said = await asyncio.to_thread(_ask, account, region, server, event)
        if not said or not accepts(said):
            continue
        user = {"UserName": username, "ServerId": sid, "Role": said["Role"], "Policy": said.get("Policy"),
                "HomeDirectoryType": said.get("HomeDirectoryType", "PATH"), "HomeDirectory": said.get("HomeDirectory"),
                "HomeDirectoryMappings": json.loads(said.get("HomeDirectoryDetails") or "[]")}
        ssh._conn.set_extra_info(ministack_user=user, ministack_server_id=sid, ministack_account_id=account,
                                 ministack_region=region)
        return True
    return False


def _check(session, action, resource, **context):
    """Denied unless the role allows it, and the policy of the session too. Users of MiniStack's own have no session."""
    user, account = session._user or {}, session._account_id
    if not app.AUTH or "Policy" not in user:
        return
    role = user["Role"].rsplit("/", 1)[-1]
    ctx = iam.EvalContext(principal_arn=f"arn:aws:sts::{account}:assumed-role/{role}/{user['UserName']}",
                          principal_type="AssumedRole", principal_account=account, action=action, resource_arn=resource,
                          region=session._region, service_context=context)
    limits = [[iam.parse_policy_document(user["Policy"])]] if user.get("Policy") else []
    if iam.evaluate(ctx, iam._gather_role_policies(role, account), *limits).decision != "Allow":
        raise transfer.asyncssh.SFTPPermissionDenied(f"{action} on {resource}")


def _guard(cls, name, *actions):
    inner = getattr(cls, name)

    def guarded(self, *paths):
        for path in (p for p in paths if isinstance(p, bytes)):
            bucket, key = self._resolve(path)
            for action in actions:
                if action == "s3:ListBucket":
                    _check(self, action, f"arn:aws:s3:::{bucket}", **{"s3:prefix": key.rstrip("/") + "/"})
                else:
                    _check(self, action, f"arn:aws:s3:::{bucket}/{key}")
        return inner(self, *paths)

    setattr(cls, name, guarded)


def _guard_open(cls):
    inner = cls.open

    def guarded(self, path, pflags, attrs):
        bucket, key = self._resolve(path)
        _check(self, "s3:PutObject" if pflags & 0x02 else "s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")
        return inner(self, path, pflags, attrs)

    cls.open = guarded


_runtime = transfer._ensure_sftp_runtime


def runtime():
    if transfer._MiniStackSFTPServer is not None:
        return
    _runtime()
    ssh, files = transfer._MiniStackSSHServer, transfer._MiniStackSFTPServer
    own = ssh.validate_public_key

    async def by_key(self, username, key):
        shown = transfer._sftp_normalize_key(key.export_public_key("openssh").decode())
        return own(self, username, key) or await _sign_in(
            self, username, None, lambda said: shown in map(transfer._sftp_normalize_key, said.get("PublicKeys", [])))

    async def by_password(self, username, password):
        return await _sign_in(self, username, password, lambda _said: True)

    ssh.validate_public_key, ssh.validate_password = by_key, by_password
    ssh.password_auth_supported = lambda _self: True
    for name, *actions in (("stat", "s3:ListBucket"), ("scandir", "s3:ListBucket"), ("mkdir", "s3:PutObject"),
                           ("rmdir", "s3:DeleteObject"), ("remove", "s3:DeleteObject"),
                           ("rename", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
                           ("posix_rename", "s3:GetObject", "s3:PutObject", "s3:DeleteObject")):
        _guard(files, name, *actions)
    _guard_open(files)


transfer._ensure_sftp_runtime = runtime

# --- ListHostKeys -------------------------------------------------------------
_handle = transfer.handle_request
STARTED = int(time.time())


async def handle_request(method, path, headers, body, query):
    if headers.get("x-amz-target", "").rsplit(".", 1)[-1] != "ListHostKeys":
        return await _handle(method, path, headers, body, query)
    sid = json.loads(body or b"{}").get("ServerId", "")
    if sid not in transfer._servers:
        return transfer._error("ResourceNotFoundException", f"Unknown server: {sid}", 404)
    key = transfer._sftp_load_or_generate_host_key()
    shown = {"Arn": transfer._servers[sid]["Arn"].replace(":server/", ":host-key/") + "/hostkey-1", "HostKeyId": "hostkey-1",
             "Type": key.get_algorithm(), "Fingerprint": key.get_fingerprint(), "DateImported": STARTED}
    return transfer.json_response({"ServerId": sid, "HostKeys": [shown]})


need("class _MiniStackSSHServer" in inspect.getsource(_runtime), "the SFTP listener's classes")
transfer.handle_request = handle_request
