# The image of `safelight serve` and `safelight work`; docs/containers.md says how it is run.
FROM node:24-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build \
 && npm pack --ignore-scripts --pack-destination /tmp \
 && mkdir /app \
 && tar -xzf /tmp/safelight-*.tgz --strip-components=1 -C /app

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The packages of the stores, each in the version that the tests ran with.
ARG PACKAGES="pg @aws-sdk/client-s3 @aws-sdk/s3-presigned-post @aws-sdk/client-dynamodb @aws-sdk/client-sqs @aws-sdk/client-sns @aws-sdk/cloudfront-signer"
RUN npm install --save-prod --omit=dev --ignore-scripts \
    $(node -p "process.argv.slice(1).map((name) => name + '@' + require('./package.json').devDependencies[name]).join(' ')" $PACKAGES)

FROM node:24-bookworm-slim
ENV NODE_ENV=production SAFELIGHT_HOST=0.0.0.0 SAFELIGHT_PORT=3000
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app .
# By number, so that an orchestrator can see that it is not root. It writes nothing into the image: its root may be read-only.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SAFELIGHT_PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without a shell in between: node is the process that SIGTERM reaches.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/dist/entrypoints/cli/main.js"]
CMD ["serve"]
