# The service alone, without the embedded servers. From the project's folder:
#   docker build -t atalaya:0.1.0 .
# With TimescaleDB and Redis beside it: deploy/compose.yaml. How to run it: docs/OPERATIONS.md.

FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY migrations ./migrations
COPY src/main ./src/main
# Maven's downloads stay in a cache of the builder's, not in a layer (BuildKit, the default since Docker 23).
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -q -Dmaven.test.skip=true package
# What the image holds, readable by its user whatever the modes were where this was checked out.
RUN install -D -m 644 -t /image target/atalaya.jar \
    && install -D -m 644 -t /image/conf src/main/resources/conf/production.yaml src/main/resources/conf/direct-write.yaml \
        src/main/resources/conf/kubernetes.yaml

FROM eclipse-temurin:25.0.3_9-jre-noble
WORKDIR /opt/atalaya
COPY --from=build /image ./

# What may be tuned: a memory limit of 1.5 GB makes a heap of 1 GB, and with that heap and this collector the cycle was
# measured (docs/BENCHMARKS.md). Whoever sets the variable sets all of it. Java reports on stderr that it has read it.
ENV JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=65 -XX:+UseParallelGC -XX:+ExitOnOutOfMemoryError"

# A number, so that an orchestrator can see that it is not root. The account has no name, no home, and owns nothing.
USER 10001:10001

# The API has no authentication and listens on the container's own loopback until ATALAYA_HTTP_HOST=0.0.0.0; then publish
# the ports where only those reach them who may: -p 127.0.0.1:8001:8001.
EXPOSE 8001 8008

# The image has no curl, but bash can talk TCP. Alive is enough: a Redis that is away heals without a restart.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8001 && printf 'GET /health/live HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 2 _ status _ <&3 && [ \"$status\" = 200 ]"]

# Without a shell between, so that SIGTERM reaches Java, which ends cleanly with 143 within some 11 s: leave it more.
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "atalaya.jar"]
CMD ["run", "-conf", "conf/production.yaml"]
