# SPDX-License-Identifier: Apache-2.0
# The hub and pigeonctl on Debian 12, with the libraries they need and nothing else:
#   docker build -t pigeonhub .
#   docker run --rm --read-only -p 3000:3000 pigeonhub
# Flags go behind the image's name. What the health check must know, a port above all, belongs into the environment or into a file
# mounted over /etc/pigeonhub/pigeonhub.toml instead:
#   docker run -e PIGEONHUB_PORT=4000 -p 4000:4000 pigeonhub
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
WORKDIR /src
COPY dev ./
RUN ./dev deps && ./dev deps package
COPY . .
RUN ./dev package

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="pigeonhub" \
      org.opencontainers.image.description="Signaling hub for PeerPigeon WebRTC meshes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /src/build/release/packages/*.deb /tmp/packages/
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates /tmp/packages/*.deb \
 && printf '%s\n' 'host = "::"' 'port = 3000' > /etc/pigeonhub/pigeonhub.toml \
 && rm -rf /tmp/packages /var/lib/apt/lists/* /var/cache/apt /var/log/*
# A number, so that Kubernetes sees that it is not root.
USER 65532:65532
ENV PIGEONHUB_CONFIG=/etc/pigeonhub/pigeonhub.toml
EXPOSE 3000
# Live, not ready: a hub that drains is well.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["pigeonhub", "--probe", "live"]
ENTRYPOINT ["pigeonhub"]
