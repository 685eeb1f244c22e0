# SPDX-License-Identifier: Apache-2.0
# The hub and pigeonctl with the libraries of Debian 12 that they need and nothing else, not even a shell:
#   docker build -t pigeonhub .
#   docker run --rm --read-only -p 3000:3000 pigeonhub
# Flags go behind the image's name. What the health check must know, a port above all, belongs into the environment or into a file
# mounted over /etc/pigeonhub/pigeonhub.toml instead:
#   docker run -e PIGEONHUB_PORT=4000 -p 4000:4000 pigeonhub
# For a look at it, with /demo, which whoever reaches the port may use:
#   docker run --rm -p 127.0.0.1:3000:3000 pigeonhub --dev-lan
# The console stays inside the container until --console-listen opens it, with --control-tokens and TLS or a proxy: docs/console.md.
# What is built and taken from. A release names it by its digest, so that everybody sees what the image is made of.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
WORKDIR /src
COPY dev ./
RUN ./dev deps && ./dev deps package
COPY . .
RUN ./dev package

FROM ${BASE} AS root
COPY --from=build /src/build/release/packages/*.deb /tmp/packages/
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates /tmp/packages/*.deb
COPY packaging/image_root.sh /tmp/
RUN /tmp/image_root.sh /image /usr/bin/pigeonhub /usr/bin/pigeonctl /usr/share/pigeonhub /usr/share/doc/pigeonhub \
 && mkdir /image/etc/pigeonhub \
 && printf '%s\n' 'host = "::"' 'port = 3000' > /image/etc/pigeonhub/pigeonhub.toml

FROM scratch
ARG BASE
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="pigeonhub" \
      org.opencontainers.image.description="Signaling hub for PeerPigeon WebRTC meshes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE}"
COPY --from=root /image /
# A number, so that Kubernetes sees that it is not root.
USER 65532:65532
ENV PATH=/usr/bin
ENV PIGEONHUB_CONFIG=/etc/pigeonhub/pigeonhub.toml
EXPOSE 3000
# Live, not ready: a hub that drains is well.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["pigeonhub", "--probe", "live"]
ENTRYPOINT ["pigeonhub"]
