# README, "On the internet in ten minutes", says how to run it.
FROM node:24-slim AS build
WORKDIR /assent
COPY package.json package-lock.json tsconfig.json vite.config.ts README.md LICENSE ./
COPY .ci ./.ci
COPY shared ./shared
COPY server ./server
COPY widget ./widget
RUN npm ci && npm pack

FROM node:24-slim
WORKDIR /opt/assent
COPY --from=build /assent/assent-*.tgz ./
RUN npm install --omit=dev ./assent-*.tgz && mkdir /srv/assent && chown node:node /srv/assent
# site.json and the data folder; nothing else is written.
VOLUME /srv/assent
WORKDIR /srv/assent
USER node
EXPOSE 8787
ENTRYPOINT ["/opt/assent/node_modules/.bin/assent"]
# Outside of the container nobody reaches it but through the port that is published.
CMD ["serve", "--host", "0.0.0.0"]
