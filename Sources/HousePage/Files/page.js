'use strict';
(function () {
  var body = document.body, root = document.documentElement;
  var french = root.lang === 'fr';
  var age = document.getElementById('age-text');
  var places = {t: index('data-t'), m: index('data-m'), w: index('data-w'), d: index('data-d')};
  var source = null, timer = 0, poll = 0, failures = 0;
  // Instants by the clock of this device that nobody sets: what is shown was made at `heard`.
  var heard = now(), opened = 0, sentence = 0, isOld = false;
  // The seconds by which that clock is ahead of the box's, which nobody sets either, as the quickest message of the
  // stream tells it: one that waited somewhere, behind a page that stood still, is as old as it is.
  var ahead = Infinity, made = 0, minute = 0;
  // The time of day is that of the box, which this device's may differ from by hours.
  var clock = document.querySelector('[data-t=clock]').textContent, date = body.dataset.date;
  // The instant since which nobody knows how old it is what is shown, as the device slept or its clock was set; 0 for none.
  var doubt = 0, wall = distance();

  function now() { return performance.now() / 1000; }

  function distance() { return Date.now() / 1000 - now(); }

  // True when the device slept, or its clock was set, since it was asked last.
  function slept() {
    var before = wall;
    wall = distance();
    if (Math.abs(wall - before) < 5) { return false; }
    doubt = now();
    return true;
  }

  function index(name) {
    var found = {};
    document.querySelectorAll('[' + name + ']').forEach(function (node) {
      var key = node.getAttribute(name);
      (found[key] = found[key] || []).push(node);
    });
    return found;
  }

  function each(kind, values, change) {
    Object.keys(values).forEach(function (key) {
      (places[kind][key] || []).forEach(function (node) { change(node, values[key], key); });
    });
  }

  function show(state) {
    if (slept()) {
      // It may have waited all that time.
      open();
      return;
    }
    if (state.version !== body.dataset.version || state.shape !== body.dataset.shape) {
      // Once for each other state, so that nothing loads itself for ever.
      var other = state.version + ' ' + state.shape;
      if (load('loaded') !== other) {
        save('loaded', other);
        location.reload();
        return;
      }
    }
    // Both clocks may differ by a thousandth; a message that waited differs by more.
    ahead = Math.min(ahead + Math.max(0, state.uptime / 1000 - made) / 1000, now() - state.uptime / 1000);
    made = state.uptime / 1000;
    heard = made + ahead;
    doubt = 0;
    clock = state.texts.clock;
    date = state.texts.date;
    // Every place, also one that the message does not name: what is not known any more is not shown either.
    Object.keys(places.t).forEach(function (key) {
      if (key === 'flows') {
        if (heard - sentence < 60) { return; }
        sentence = heard;
      }
      var text = key in state.texts ? state.texts[key] : '\u2014';
      places.t[key].forEach(function (node) { if (node.textContent !== text) { node.textContent = text; } });
    });
    each('m', state.marks, function (node, mark) {
      if (node.getAttribute('data-s') !== mark) { node.setAttribute('data-s', mark); }
    });
    each('w', state.lengths, function (node, length) { node.setAttribute('width', length); });
    if (minute && minute !== state.minute) { draw(); }
    minute = state.minute;
    tell();
  }

  function draw() {
    ask('/api/curve?lang=' + root.lang, function (curve) {
      each('d', curve.paths, function (node, path) { node.setAttribute('d', path); });
      each('d', {grid: curve.grid, zero: curve.zero}, function (node, path) {
        node.setAttribute('d', path);
      });
      words('.values', curve.values);
      words('.labels', curve.times);
    });
  }

  function words(name, texts) {
    var row = document.querySelector('#curve ' + name);
    if (!row) { return; }
    while (row.firstChild) { row.removeChild(row.firstChild); }
    texts.forEach(function (text) {
      var word = document.createElement('span');
      word.textContent = text;
      row.appendChild(word);
    });
  }

  // The age of what is shown: silence is never taken for news.
  function tell() {
    var seconds = Math.max(0, Math.round(now() - heard));
    var isWaiting = doubt > 0 && now() - doubt < 30;
    var text;
    isOld = !isWaiting && (doubt > 0 || seconds > 30);
    root.classList.toggle('old', isOld);
    root.classList.toggle('live', !isOld && !isWaiting);
    if (isWaiting) {
      text = french ? 'vérification…' : 'checking…';
    } else if (isOld) {
      // Where nobody knows for how long it slept, the day says it.
      text = doubt ? (french ? 'données anciennes, vu le ' + date + ' à ' : 'old, seen on ' + date + ' at ')
        : french ? 'données anciennes, vu à ' : 'old, seen at ';
      text += doubt ? clock : clock + ' (' + ago(seconds) + ')';
    } else if (seconds < 15) {
      text = french ? 'à jour' : 'up to date';
    } else {
      text = ago(seconds);
    }
    if (age.textContent !== text) { age.textContent = text; }
  }

  function ago(seconds) {
    var time = seconds < 60 ? seconds + ' s' : seconds < 7200 ? Math.floor(seconds / 60) + ' min'
      : Math.floor(seconds / 3600) + ' h';
    return french ? 'il y a ' + time : time + ' ago';
  }

  function ask(path, take) {
    fetch(path, {cache: 'no-store'}).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.json();
    }).then(take).catch(function () {});
  }

  // One stream, which this page watches itself: a peer that vanished is no error to a browser.
  function open() {
    close();
    if (document.hidden) { return; }
    opened = now();
    tell();
    source = new EventSource(body.dataset.live);
    // Also when the browser itself opens it anew: the box may have been started meanwhile.
    source.onopen = function () { ahead = Infinity; };
    source.onmessage = function (event) {
      failures = 0;
      clearTimeout(poll);
      show(JSON.parse(event.data));
    };
    source.onerror = function () {
      if (source && source.readyState === 2) { again(); }
    };
  }

  function close() {
    clearTimeout(timer);
    clearTimeout(poll);
    if (source) { source.close(); }
    source = null;
  }

  function again() {
    close();
    failures += 1;
    timer = setTimeout(open, Math.min(60, 5 * Math.pow(2, failures - 1)) * 1000);
    if (failures > 2) { refresh(); }
  }

  // Without a stream, as behind some proxies or beside too many others: the page itself every ten seconds.
  function refresh() {
    poll = setTimeout(function () {
      if (document.hidden) { return; }
      fetch(location.href, {cache: 'no-store'}).then(function (answer) {
        if (answer.ok && !source) { location.reload(); }
      }).catch(function () {});
      refresh();
    }, 10000);
  }

  function load(key) { try { return sessionStorage.getItem(key); } catch (error) { return null; } }
  function save(key, value) { try { sessionStorage.setItem(key, value); } catch (error) { return; } }

  function look() {
    if (document.hidden) { return; }
    if (slept()) {
      open();
      return;
    }
    tell();
    if (isOld && source && now() - opened > 30) { open(); }
  }

  function comeBack() {
    slept();
    open();
  }

  setInterval(look, 5000);
  document.addEventListener('visibilitychange', function () { if (document.hidden) { close(); } else { comeBack(); } });
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', function (event) { if (event.persisted) { comeBack(); } });
  open();
}());
