'use strict';
(function () {
  var body = document.body, root = document.documentElement;
  var french = root.lang === 'fr';
  var age = document.getElementById('age-text');
  var places = {t: index('data-t'), m: index('data-m'), w: index('data-w'), d: index('data-d')};
  var source = null, timer = 0, poll = 0, failures = 0;
  // The instants, by this device's own clock, of the last message and of what it says: a clock may be set meanwhile.
  var heard = now(), opened = 0, minute = 0, sentence = 0, isOld = false;

  function now() { return performance.now() / 1000; }

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
    if (state.version !== body.dataset.version || state.shape !== body.dataset.shape) {
      // Once for each other state, so that nothing loads itself for ever.
      var other = state.version + ' ' + state.shape;
      if (load('loaded') !== other) {
        save('loaded', other);
        location.reload();
        return;
      }
    }
    heard = now();
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
    var text;
    isOld = seconds > 30;
    root.classList.toggle('old', isOld);
    root.classList.toggle('live', !isOld);
    if (seconds < 60) {
      text = french ? 'il y a ' + seconds + ' s' : seconds + ' s ago';
    } else {
      text = french ? 'il y a ' + Math.floor(seconds / 60) + ' min' : Math.floor(seconds / 60) + ' min ago';
    }
    if (isOld) {
      text = (french ? 'données anciennes : ' : 'old: ') + text;
    } else if (seconds < 15) {
      text = french ? 'à jour' : 'up to date';
    }
    if (age.textContent !== text) { age.textContent = text; }
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
    source = new EventSource(body.dataset.live);
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

  setInterval(function () {
    if (document.hidden) { return; }
    tell();
    if (isOld && source && now() - opened > 30) { open(); }
  }, 5000);
  document.addEventListener('visibilitychange', function () { if (document.hidden) { close(); } else { open(); } });
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', function (event) { if (event.persisted) { open(); } });
  open();
}());
