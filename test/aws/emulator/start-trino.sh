#!/usr/bin/env bash
# Installs (once) and starts a single-node Trino with the catalogs memory, iceberg, hive and tpch
# on a free loopback port. Needs: mvn, node, curl, tar and a JDK >= 24 (TRINO_JAVA names one).
# Every start is empty: warehouse and metastore live in $TRINO_HOME/run and are wiped.
# Set S3_ENDPOINT, S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY to put iceberg and hive
# on an (existing) S3 bucket instead of local files. Prints the URL; stop with stop-trino.sh.
# Emulators add catalogs of their own (trino_catalogs.py), which keep tables under way in the run directory's scratch/.
# TRINO_RUN names another run directory, for a second server from the same installation.
set -euo pipefail
V=476
H=${TRINO_HOME:-$HOME/.cache/tributary-trino}
S=$H/trino-server-$V R=${TRINO_RUN:-$H/run}
if [ -s "$R/pid" ] && ps -o args= -p "$(cat "$R/pid")" | grep -q io.trino.server.TrinoServer; then cat "$R/url"; exit; fi

for tool in node curl tar ${TRINO_JAVA:-java}; do
  command -v "$tool" >/dev/null || { echo "trino: $tool is missing" >&2; exit 1; }
done
jver() { "$1" -XshowSettings:properties -version 2>&1 | sed -n 's/.*java.specification.version = //p'; }
J=${TRINO_JAVA:-}
if [ -z "$J" ]; then  # the default java, else a newer one installed beside it
  D=$(readlink -f "$(command -v java)")
  for c in "$D" "${D%/*/bin/java}"/*/bin/java "${D%/*/*/bin/java}"/*/bin/java; do
    if [ -x "$c" ] && v=$(jver "$c") && [ "${v:-0}" -ge 24 ] 2>/dev/null; then J=$c; break; fi
  done
fi
[ -n "$J" ] || { echo "trino: a JDK >= 24 is missing (beside $D, too); TRINO_JAVA names one" >&2; exit 1; }

if [ ! -e "$S/.ok" ]; then
  command -v mvn >/dev/null || { echo "trino: mvn is missing, which downloads it: apt-get install maven" >&2; exit 1; }
  mkdir -p "$H"
  mvn -B -q -C -Dmaven.repo.local="$H/m2" dependency:get -Dartifact=io.trino:trino-server:$V:tar.gz -Dtransitive=false >&2
  rm -rf "$S"
  tar xzf "$H/m2/io/trino/trino-server/$V/trino-server-$V.tar.gz" -C "$H"  # plugins share hard links: unpack all, then prune
  for p in "$S"/plugin/*; do case ${p##*/} in memory|iceberg|hive|tpch) rm -rf "$p/hdfs" ;; *) rm -rf "$p" ;; esac; done
  rm -rf "$H/m2"; touch "$S/.ok"
fi

# What is known of statements and tasks that ended is walked several times a second, and a stage more is more calls over
# HTTP to itself: of small statements on a few rows that is most of their time.
small_statements() {
  cat <<EOF
query.max-history=10
query.min-expire-age=10s
task.info.max-age=10s
task.concurrency=1
task.scale-writers.enabled=false
scale-writers=false
redistribute-writes=false
join-distribution-type=BROADCAST
optimizer.join-reordering-strategy=NONE
enable-dynamic-filtering=false
EOF
}

P=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
rm -rf "$R"; mkdir -p "$R/etc/catalog" "$R/data" "$R/warehouse" "$R/scratch"
cat > "$R/etc/config.properties" <<EOF
coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port=$P
discovery.uri=http://127.0.0.1:$P
query.max-memory=600MB
query.max-memory-per-node=600MB
memory.heap-headroom-per-node=300MB
catalog.management=dynamic
plugin.dir=$S/plugin
http-server.log.enabled=false
$(small_statements)
EOF
echo "io.trino=WARN" > "$R/etc/log.properties"
echo "connector.name=memory" > "$R/etc/catalog/memory.properties"
echo "connector.name=tpch" > "$R/etc/catalog/tpch.properties"
if [ -n "${S3_ENDPOINT:-}" ]; then
  B=s3://${S3_BUCKET:?}
  FS="fs.native-s3.enabled=true
s3.endpoint=$S3_ENDPOINT
s3.region=${AWS_REGION:-us-east-1}
s3.path-style-access=true
s3.aws-access-key=$AWS_ACCESS_KEY_ID
s3.aws-secret-key=$AWS_SECRET_ACCESS_KEY"
else
  B=local://
  FS="fs.native-local.enabled=true
local.location=$R/warehouse"
fi
printf '%s\n' connector.name=iceberg iceberg.catalog.type=TESTING_FILE_METASTORE "hive.metastore.catalog.dir=$B/iceberg" "$FS" > "$R/etc/catalog/iceberg.properties"
printf '%s\n' connector.name=hive hive.metastore=file "hive.metastore.catalog.dir=$B/hive" hive.non-managed-table-writes-enabled=true "$FS" > "$R/etc/catalog/hive.properties"
chmod -R go-rwx "$R"

cd "$R"
# SerialGC and C1 only: quick start and short queries; use neither where real data is processed
nohup "$J" -Xmx"${TRINO_HEAP:-2500m}" -Xmn600m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError -XX:ReservedCodeCacheSize=400M -Dfile.encoding=UTF-8 \
  -Djdk.attach.allowAttachSelf=true --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
  -Dnode.environment=test -Dnode.id=single -Dnode.bind-ip=127.0.0.1 -Dnode.internal-address=127.0.0.1 -Dnode.data-dir="$R/data" \
  -Dconfig=etc/config.properties -Dlog.levels-file=etc/log.properties -cp "$S/lib/*" io.trino.server.TrinoServer \
  > server.log 2>&1 < /dev/null &
echo $! > pid; echo "http://127.0.0.1:$P" > url
for _ in $(seq 480); do
  kill -0 "$(cat pid)" 2>/dev/null || break
  if curl -sf "http://127.0.0.1:$P/v1/info" | grep -q '"starting":false'; then cat url; exit; fi
  sleep 0.25
done
echo "Trino did not start:" >&2; grep -v Bootstrap server.log | tail -n 30 >&2; exit 1
