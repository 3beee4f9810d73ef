// Keeps the site readable without a signal: the shell from the first visit on, every page once it was seen, and a whole
// station where the reader asks for it (site.js puts its files into the same cache). Nothing from elsewhere is touched.
"use strict";
var CACHE = "muui-maps-VERSION_HERE";
var FILES = [/* FILES_HERE */];
var KEPT = "muui-maps-kept";

self.addEventListener("install", function (event) {
  event.waitUntil(
    caches.open(CACHE).then(function (cache) {
      return cache.addAll(FILES);
    }).then(function () {
      return self.skipWaiting();
    })
  );
});

self.addEventListener("activate", function (event) {
  event.waitUntil(
    caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) {
        return name.indexOf("muui-maps-") === 0 && name !== CACHE && name !== KEPT;
      }).map(function (name) {
        return caches.delete(name);
      }));
    }).then(function () {
      return self.clients.claim();
    })
  );
});

// The shell: as kept, since its version is in the cache's name. All else: the newest if there is a connection that
// answers, else the one that was kept.
self.addEventListener("fetch", function (event) {
  var request = event.request;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) {
    return;
  }
  event.respondWith(request.mode === "navigate" ? newest(request) : fromShell(request));
});

function fromShell(request) {
  return caches.open(CACHE).then(function (cache) {
    return cache.match(request);
  }).then(function (found) {
    return found || newest(request);
  });
}

function newest(request) {
  var old = caches.match(request, { ignoreSearch: true });
  var fresh = fetch(request).then(function (response) {
    return response.ok ? remembered(request, response) : response;
  });
  return old.then(function (found) {
    if (!found) {
      return fresh.catch(function () {
        return request.mode === "navigate" ? caches.match("offline.html") : Response.error();
      });
    }
    return Promise.race([fresh.catch(function () { return found; }), later(found)]);
  });
}

// Underground a connection may neither answer nor fail.
function later(found) {
  return new Promise(function (resolve) {
    setTimeout(resolve, 2500, found);
  });
}

function remembered(request, response) {
  var copy = response.clone();
  caches.open(KEPT).then(function (cache) {
    cache.put(request, copy);
  });
  return response;
}
