"""Trino's catalogs of this emulator: its Glue and S3, under names of its own, since several emulators may share a Trino."""
import os

import trino

PORT = os.environ["GATEWAY_PORT"]
HIVE = f"awsdatacatalog_{PORT}"  # Athena's catalog: Hive tables and views
ICE = f"awsdatacatalog_iceberg_{PORT}"  # where the former redirects to
SCRATCH = f"athena_scratch_{PORT}"  # serves UNLOAD

_endpoint, _region = f"http://localhost:{PORT}", os.environ["MINISTACK_REGION"]
_s3 = {"fs.native-s3.enabled": "true", "s3.endpoint": _endpoint, "s3.region": _region, "s3.path-style-access": "true",
       "s3.aws-access-key": "test", "s3.aws-secret-key": "test"}
_glue = {"hive.metastore.glue.endpoint-url": _endpoint, "hive.metastore.glue.region": _region,
         "hive.metastore.glue.aws-access-key": "test", "hive.metastore.glue.aws-secret-key": "test"}


def create(url, scratch):
    """`scratch` is a folder of this machine, in which a result is known as a table while it is written."""
    for name, connector, properties in (
        # A write gathers no statistics, as in Athena.
        (HIVE, "hive", {"hive.metastore": "glue", "hive.iceberg-catalog-name": ICE, "hive.collect-column-statistics-on-write": "false",
                        "hive.non-managed-table-writes-enabled": "true", "hive.partition-projection-enabled": "true",
                        "hive.recursive-directories": "true", **_glue, **_s3}),
        (ICE, "iceberg", {"iceberg.catalog.type": "glue", "iceberg.allowed-extra-properties": "*",
                          "iceberg.extended-statistics.collect-on-write": "false", "iceberg.expire-snapshots.min-retention": "0s",
                          "iceberg.remove-orphan-files.min-retention": "0s", **_glue, **_s3}),
        (SCRATCH, "hive", {"hive.metastore": "file", "hive.metastore.catalog.dir": f"local:///metastore-{PORT}",
                           "hive.non-managed-table-writes-enabled": "true", "fs.native-local.enabled": "true",
                           "local.location": scratch, **_s3}),
    ):
        given = ", ".join(f"\"{key}\" = '{value}'" for key, value in properties.items())
        trino.run(url, f"CREATE CATALOG {name} USING {connector} WITH ({given})")


def athenas(text):
    """What Trino says of these catalogs, in Athena's words."""
    return text.replace(ICE, "awsdatacatalog").replace(HIVE, "awsdatacatalog")
