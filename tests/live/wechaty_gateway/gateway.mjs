// The gateway that the live tests talk to: Wechaty's own gRPC server in front of a puppet that has no WeChat behind it.
// Environment: GRPC_PORT, CTRL_PORT, TOKEN, TLS=1.  Steered by HTTP POST on CTRL_PORT; see `orders` at the end.
// For benchmarks also by lines, `group words`, on standard input, each answered with the moment on the machine's own clock.
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { PuppetServer } from 'wechaty-puppet-service'
import { PuppetMock, mock } from 'wechaty-puppet-mock'

const { GRPC_PORT, CTRL_PORT, TOKEN, TLS } = process.env
const BOT = 'wxid_bot'
const TEXT = 7
const sent = []
let failures = 0
let numbers = 0

// The mock forgets mentions and tells no id; WeChat's puppets do neither, and they report our own messages like others'.
class Puppet extends PuppetMock {
  async messageSendText (to, text, mention = []) {
    if (failures > 0) { failures -= 1; throw new Error('sending failed as ordered') }
    if (!this.isLoggedIn) throw new Error('nobody is logged in')
    const id = tell({ from: BOT, text, mention, ...(to.includes('@chatroom') ? { room: to } : { to }) })
    sent.push({ id, conversationId: to, text, mentionIdList: mention })
    return id
  }
}

const mocker = new mock.Mocker()
const puppet = new Puppet({ mocker })
const people = Object.fromEntries(
  [[BOT, 'MindBot'], ['wxid_alice', '爱丽丝'], ['wxid_bob', 'Bob']]
    .map(([id, name]) => [id, mocker.createContact({ id, name, alias: '' })]),
)
const memberIdList = Object.keys(people)
const GROUP = '1001@chatroom'
const rooms = new Map()

// A group is there from the first word about it.
function roomOf (id) {
  if (!rooms.has(id)) rooms.set(id, mocker.createRoom({ id, topic: '一群', ownerId: 'wxid_alice', memberIdList }))
  return rooms.get(id)
}

roomOf(GROUP)

mocker.use(environment => {
  const soon = setTimeout(() => puppet.isLoggedIn || environment.login(people[BOT]), 200)
  return () => clearTimeout(soon)
})

function tell ({ from = 'wxid_alice', text, room = GROUP, to, mention = [] }) {
  const id = `m${++numbers}-${process.pid}`
  const where = to ? { listenerId: to } : { roomId: roomOf(room).id, mentionIdList: mention }
  mocker.MessageMock.create({ id, talkerId: from, text, timestamp: Date.now(), type: TEXT, ...where })
  puppet.emit('message', { messageId: id })
  return id
}

const orders = {
  '/inject': order => ({ id: tell(order) }),
  '/sent': () => sent,
  '/fail': ({ n = 1 }) => { failures = n; return {} },
  '/login': () => { mocker.login(people[BOT]); return {} },
  '/logout': async () => { await puppet.logout('as ordered'); return {} },
  '/topic': ({ room = GROUP, text }) => { roomOf(room).topic(text).by(people.wxid_alice); return {} },
  '/emit': ({ name, payload }) => { puppet.emit(name, payload); return {} },
  '/state': () => ({ loggedIn: puppet.isLoggedIn }),
}

await puppet.start()
const gateway = new PuppetServer({
  endpoint: `127.0.0.1:${GRPC_PORT}`, puppet, token: TOKEN, tls: { disable: TLS !== '1' },
})
await gateway.start()
createServer(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  try {
    response.end(JSON.stringify(await orders[request.url](JSON.parse(body || '{}'))))
  } catch (error) {
    response.statusCode = 500
    response.end(JSON.stringify({ error: String(error) }))
  }
}).listen(Number(CTRL_PORT), '127.0.0.1')

createInterface({ input: process.stdin }).on('line', line => {
  const [group, ...words] = line.split(' ')
  const moment = process.hrtime.bigint()
  tell({ text: `@MindBot\u2005${words.join(' ')}`, room: `${1001 + Number(group)}@chatroom`, mention: [BOT] })
  console.log(Number(moment) / 1e9)
})
console.log('ready')
